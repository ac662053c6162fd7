/** The worker program. Start with {@link org.mutirao.worker.Worker}, which shows how its parts hang together. */
package org.mutirao.worker;
