/** Threads as all programs of a grid want them. */
package org.mutirao.protocol.threads;
