/**
 * The ZeroMQ and MessagePack wire of the course's message service, as PROTOCOL.md has it, over the channel and the registry. Start
 * reading at {@link org.mutirao.master.face.zmq.ZmqServer}.
 */
package org.mutirao.master.face.zmq;
