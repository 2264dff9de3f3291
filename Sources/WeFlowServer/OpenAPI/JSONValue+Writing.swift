import NIOCore
import WeFlowOutput
import WeFlowQuery

extension JSONWriter {
    /// Writes a value that was put together by hand; its numbers stand as they are.
    mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let flag): bool(flag)
        case .string(let text): string(text)
        case .number(var text): text.withUTF8 { raw(UnsafeRawBufferPointer($0)) }
        case .array(let elements):
            beginArray()
            for element in elements { self.value(element) }
            endArray()
        case .object(let members):
            beginObject()
            for member in members {
                key(text: member.name)
                self.value(member.value)
            }
            endObject()
        }
    }
}

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
