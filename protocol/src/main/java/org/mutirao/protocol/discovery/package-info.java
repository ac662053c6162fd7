/**
 * How a worker finds its master: UDP datagrams on five ports, three wordings. {@link
 * org.mutirao.protocol.discovery.MasterFinder} asks, {@link org.mutirao.protocol.discovery.DiscoveryResponder} answers.
 */
package org.mutirao.protocol.discovery;
