/**
 * Finds out what a stranger's program does: {@link org.mutirao.console.compat.MasterTrial} plays a worker of every dialect against a
 * master, {@link org.mutirao.console.compat.PeerTrial} plays a master to whatever peer comes.
 */
package org.mutirao.console.compat;
