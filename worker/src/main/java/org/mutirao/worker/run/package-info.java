/** Running one script and packing what it leaves. Start with {@link org.mutirao.worker.run.TaskRunner}. */
package org.mutirao.worker.run;
