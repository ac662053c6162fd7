/**
 * Tables over sealed families: one row for each record, checked when the table is built. {@link
 * org.mutirao.protocol.table.SealedTable} checks; the others say what a row is. Depends on the JDK only.
 */
package org.mutirao.protocol.table;
