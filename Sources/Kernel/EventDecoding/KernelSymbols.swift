import Recordings

/// Symbols of the kernel by address, from /proc/kallsyms. They give the names that the kernel prints for `%pS`, such as
/// `__fput+0x141/0x2a0`.
package struct KernelSymbols: Sendable {
  private var addresses: [UInt64] = []
  /// Names of all symbols, one after the other: a kernel has more than 100,000, which need a third of the memory of strings.
  private var names: [UInt8] = []
  /// Offset in `names` of the end of each symbol's name.
  private var nameEnds: [UInt32] = []

  /// Parses the text of /proc/kallsyms. Data symbols and symbols with a hidden address (all zeros, kptr_restrict) are
  /// ignored.
  /// - Complexity: O(n log n) in the number of lines.
  package init(kallsyms text: [UInt8]) {
    // Address of each symbol, with the range of its name in the text.
    var symbols: [(address: UInt64, start: UInt32, count: UInt32)] = []
    text.withUnsafeBytes { bytes in
      var rest = ByteText(bytes)
      while !rest.isEmpty {
        let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
        let line = rest[rest.startIndex..<end]
        rest = rest[min(end + 1, rest.endIndex)..<rest.endIndex]
        let words = line.words
        guard words.count >= 3, let address = words[0].hexadecimal, address != 0, let type = words[1].first,
          "tTwW".utf8.contains(type)
        else { continue }
        symbols.append((address, UInt32(words[2].startIndex), UInt32(words[2].count)))
      }
    }
    // The kernel prints the first of several names of an address. Sorting is not stable, so the position is compared too.
    symbols.sort { ($0.address, $0.start) < ($1.address, $1.start) }
    for symbol in symbols where symbol.address != addresses.last {
      addresses.append(symbol.address)
      names += text[Int(symbol.start)..<Int(symbol.start + symbol.count)]
      nameEnds.append(UInt32(names.count))
    }
  }

  /// Whether there are no symbols.
  package var isEmpty: Bool { addresses.isEmpty }

  /// Returns `name+0xoffset/0xsize` for an address; nil if the address is below the first symbol. The name of the module, which
  /// the kernel appends after a space, is omitted, like in the imports of trace texts.
  /// - Complexity: O(log n) in the number of symbols.
  package func name(of address: UInt64) -> String? {
    var (low, high) = (0, addresses.count)
    while low < high {
      let middle = (low + high) / 2
      if addresses[middle] <= address { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return nil }
    let offset = address - addresses[low - 1]
    let size = low < addresses.count ? addresses[low] - addresses[low - 1] : 0
    let start = low > 1 ? Int(nameEnds[low - 2]) : 0
    let name = String(decoding: names[start..<Int(nameEnds[low - 1])], as: UTF8.self)
    return "\(name)+0x\(String(offset, radix: 16))/0x\(String(size, radix: 16))"
  }
}
