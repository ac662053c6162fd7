/** Ranks, given once; a state machine on the masters' log. */
package org.mutirao.master.registry;
