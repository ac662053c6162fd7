/** Groups in which Linux counts and holds what a script and all it starts take. Begin at {@link TaskGroups}. */
package org.mutirao.worker.cgroup;
