/** The master program. Start with {@link org.mutirao.master.Master}, which shows how its parts hang together. */
package org.mutirao.master;
