/** What others may take of a program, and how often they wanted more. */
package org.mutirao.protocol.limit;
