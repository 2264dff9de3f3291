import NIOCore
import WeFlowOutput

extension OutputBytes {
    /// A copy of the bytes for the network.
    borrowing func byteBuffer() -> ByteBuffer {
        withBytes { bytes in
            var buffer = ByteBuffer()
            buffer.writeBytes(bytes)
            return buffer
        }
    }
}
