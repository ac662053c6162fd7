/** The folders of a master: what is kept in {@code data/}, and who serves {@code tasks/}. */
package org.mutirao.master.folders;
