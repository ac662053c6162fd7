/** What the programs say to people, in their language. */
package org.mutirao.protocol.text;
