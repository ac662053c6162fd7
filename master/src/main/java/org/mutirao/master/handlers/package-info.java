/** Where requests are carried out: {@link org.mutirao.master.handlers.RequestHandlers} leads each to its handler. */
package org.mutirao.master.handlers;
