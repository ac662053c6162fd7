package org.mutirao.protocol.message;

/** A request that may be answered with a message that {@link CarriesPayload}. */
public interface BringsPayload {}
