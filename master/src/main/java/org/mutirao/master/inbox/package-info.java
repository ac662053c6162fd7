/**
 * How packages get in: {@link org.mutirao.master.inbox.Inbox} watches {@code tasks/}, {@link
 * org.mutirao.master.inbox.Intake} checks and stores whatever arrives, from there or from the network.
 */
package org.mutirao.master.inbox;
