/** The HTTP face: API, events, metrics and the dashboard. Javalin and Micrometer stay in here. */
package org.mutirao.master.face.http;
