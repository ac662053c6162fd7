/** What the command lines of the three programs have in common: their names, their help, and what a person reads after a wrong word. */
package org.mutirao.protocol.commandline;
