/** How the programs log. */
package org.mutirao.protocol.log;
