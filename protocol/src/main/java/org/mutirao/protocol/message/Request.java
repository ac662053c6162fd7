package org.mutirao.protocol.message;

/** What anybody may ask a master. */
public sealed interface Request
        permits WorkerRequest,
                OperatorRequest,
                DirectoryRequest,
                GroupRequest,
                ChannelRequest,
                RegistryRequest,
                AccessRequest,
                LaterRequest {}
