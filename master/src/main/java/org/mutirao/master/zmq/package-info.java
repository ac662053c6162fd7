/**
 * The ZeroMQ and MessagePack wire of the course's message service, WIRE.md section 3, over the channel and the reference desk. Start
 * reading at {@link org.mutirao.master.zmq.ZmqFace}.
 */
package org.mutirao.master.zmq;
