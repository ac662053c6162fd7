/** The console program: one class a command. Start with {@link org.mutirao.console.Main}. */
package org.mutirao.console;
