/**
 * The port of the replicated log: commands go in, every master applies the same ones in the same order. Start with {@link
 * org.mutirao.group.log.ReplicatedLog}.
 */
package org.mutirao.group.log;
