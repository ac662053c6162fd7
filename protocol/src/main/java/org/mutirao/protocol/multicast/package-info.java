/** The masters' multicast address, and the words that are spoken there. */
package org.mutirao.protocol.multicast;
