/** The way to the master: finding it, registering, heartbeats. See {@link org.mutirao.worker.link.MasterLink}. */
package org.mutirao.worker.link;
