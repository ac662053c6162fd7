/** The master program. Start with {@link org.mutirao.master.CoreBuilder}, which shows how its parts hang together. */
package org.mutirao.master;
