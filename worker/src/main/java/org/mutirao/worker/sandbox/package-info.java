/** What keeps a script from files and processes that are none of its business. Begin at {@link Sandboxes}. */
package org.mutirao.worker.sandbox;
