package org.mutirao.protocol.message;

/** A worker's request that is answered with bytes and nothing else, as {@link Reply.BlobData}. */
public interface BringsBlob extends BringsPayload {}
