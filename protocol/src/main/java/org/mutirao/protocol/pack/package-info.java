/**
 * Task packages: ZIPs from strangers, read with every suspicion. Start with {@link
 * org.mutirao.protocol.pack.TaskPackageFile}.
 */
package org.mutirao.protocol.pack;
