/** Tables as CSV, read byte by byte and in any encoding that contains ASCII. */
package org.mutirao.protocol.csv;
