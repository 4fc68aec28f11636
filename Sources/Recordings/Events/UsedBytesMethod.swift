/// Method that determined ``AllocationEvent/usedBytes`` of a recording.
public enum UsedBytesMethod: UInt8, Sendable, CaseIterable {
  /// Read from the buffer: head room, data, and `struct skb_shared_info` after the data. Exact.
  case buffer = 0
  /// Length of the packet and `struct skb_shared_info`. A lower bound, because the head room is not known.
  case packetLength = 1
  /// Length of the packet in a capture, head room of the network model, and `struct skb_shared_info`.
  case capturedPacket = 2

  /// Returns the least exact of several methods, which is the method of merged recordings; nil if all are nil.
  public static func leastExact(of methods: some Sequence<UsedBytesMethod?>) -> UsedBytesMethod? {
    methods.compactMap { $0 }.max { $0.inexactness < $1.inexactness }
  }

  private var inexactness: Int {
    switch self {
    case .buffer: 0
    case .capturedPacket: 1
    case .packetLength: 2
    }
  }

  /// Name of the method in exports.
  public var name: String {
    switch self {
    case .buffer: "buffer"
    case .packetLength: "packet_length"
    case .capturedPacket: "captured_packet"
    }
  }

  /// Parts of a buffer that the bytes in use include, as text.
  public var summary: String {
    switch self {
    case .buffer: "head room, data and skb_shared_info, read from each buffer"
    case .packetLength: "packet length and skb_shared_info, without the head room: a lower bound"
    case .capturedPacket: "packet length of the capture, head room of the model, and skb_shared_info"
    }
  }
}
