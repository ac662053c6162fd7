/** Interpreters that are started once and forked for each script, where the system can do that. */
package org.mutirao.worker.warm;
