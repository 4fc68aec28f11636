/// The way in which `AllocationEvent.usedBytes` of a recording was measured.
public enum UseMeasure: UInt8, Sendable, CaseIterable {
  /// The buffer itself was read: head room, data, and the kernel's record behind the data (struct skb_shared_info). Exact.
  case buffer = 0
  /// The packet's length, and the kernel's record behind the data. The head room is not known: a lower bound.
  case packetLength = 1
  /// The packet's length in a capture, the head room of the network model, and the kernel's record behind the data.
  case capturedPacket = 2

  /// The measure of recordings' uses together: the least exact one; nil if none has any.
  public static func leastExact(of measures: some Sequence<UseMeasure?>) -> UseMeasure? {
    measures.compactMap { $0 }.max { $0.inexactness < $1.inexactness }
  }

  private var inexactness: Int {
    switch self {
    case .buffer: 0
    case .capturedPacket: 1
    case .packetLength: 2
    }
  }

  /// The measure's name in exports.
  public var name: String {
    switch self {
    case .buffer: "buffer"
    case .packetLength: "packet_length"
    case .capturedPacket: "captured_packet"
    }
  }

  /// What the figures include, in words.
  public var summary: String {
    switch self {
    case .buffer: "head room, data and skb_shared_info, read from each buffer"
    case .packetLength: "packet length and skb_shared_info, without the head room: a lower bound"
    case .capturedPacket: "packet length of the capture, head room of the model, and skb_shared_info"
    }
  }
}
