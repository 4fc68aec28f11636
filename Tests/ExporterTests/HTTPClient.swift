import Glibc

/// Connection of a test to a server on the loopback interface, without a library between it and the bytes.
final class HTTPClient {
  private let descriptor: Int32

  /// Connects to an address such as `127.0.0.1:4711`.
  /// - Parameters:
  ///   - address: Address of the server.
  ///   - buffer: Bytes that the system receives before the test reads them; nil for many.
  init(_ address: String, buffer: Int32? = nil) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    if var buffer {
      setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &buffer, socklen_t(MemoryLayout<Int32>.size))
    }
    var target = sockaddr_in()
    target.sin_family = sa_family_t(AF_INET)
    target.sin_port = in_port_t(UInt16(address.split(separator: ":").last ?? "") ?? 0).bigEndian
    target.sin_addr.s_addr = inet_addr("127.0.0.1")
    var limit = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    let result = withUnsafePointer(to: &target) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw Refused() }
  }

  struct Refused: Error {}

  deinit { close(descriptor) }

  /// Sends bytes; stops if the server has closed the connection.
  func send(_ text: String) {
    let bytes = Array(text.utf8)
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      sent += count
    }
  }

  /// Reads up to the end of a response with a Content-Length, or up to the end of the connection.
  func response(hasBody: Bool = true) -> String {
    var bytes: [UInt8] = []
    while true {
      let text = String(decoding: bytes, as: UTF8.self)
      if let end = text.firstRange(of: "\r\n\r\n") {
        let head = text[..<end.lowerBound].lowercased()
        let length = head.firstRange(of: "content-length: ").flatMap {
          Int(head[$0.upperBound...].prefix { $0.isNumber })
        }
        if !hasBody || length.map({ text[end.upperBound...].utf8.count >= $0 }) ?? false { return text }
      }
      var block = [UInt8](repeating: 0, count: 65536)
      let count = recv(descriptor, &block, block.count, 0)
      guard count > 0 else { return text }
      bytes += block.prefix(count)
    }
  }

  /// Reads until the server closes the connection; returns false if it does not within the time of the socket.
  func isClosed() -> Bool {
    var block = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = recv(descriptor, &block, block.count, 0)
      if count == 0 { return true }
      if count < 0 { return errno != EAGAIN }
    }
  }
}
