/** The course's chat programs as users of the channel. */
package org.mutirao.master.face.chat;
