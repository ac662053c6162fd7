/** The client in Python, as a file that our programs hand out. */
package org.mutirao.protocol.client;
