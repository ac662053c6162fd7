/** What packages want to have installed: built once, kept, and checked before each use. Begin at {@link Environments}. */
package org.mutirao.worker.environment;
