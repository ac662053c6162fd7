/** {@code --journal FILE}: each ended task as a line of JSON. */
package org.mutirao.master.face.journal;
