/** Results on disk until the master has them, across restarts of either side. See {@link org.mutirao.worker.outbox.Outbox}. */
package org.mutirao.worker.outbox;
