/**
 * The vocabulary that every part shares: ids, hashes and how a run ended. Imports only the JDK. Start with {@link
 * org.mutirao.protocol.id.TaskId}.
 */
package org.mutirao.protocol.id;
