/** A master's part in a group of masters: who leads, what the others are asked, what an operator may change. */
package org.mutirao.master.cluster;
