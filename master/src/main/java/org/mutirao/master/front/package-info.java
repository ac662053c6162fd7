/** Where requests are carried out: {@link org.mutirao.master.front.RequestHandlers} leads each to its handler. */
package org.mutirao.master.front;
