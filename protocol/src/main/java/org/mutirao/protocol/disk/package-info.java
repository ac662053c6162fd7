/** Files that must survive a power cut, or disappear without fuss. */
package org.mutirao.protocol.disk;
