/** What is known of other groups' programs: how to tell them apart and what they can read. */
package org.mutirao.protocol.stranger;
