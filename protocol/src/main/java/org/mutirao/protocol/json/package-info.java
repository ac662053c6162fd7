/** Reads and writes the small JSON files beside a script, and the console's {@code --json}. */
package org.mutirao.protocol.json;
