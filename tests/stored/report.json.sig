{"key": "937d26bbb562c04b", "signature": "H3Kko4tU3AMkILgF2IOYl8b/tnqhMtdZs7EzE6QBk+KPo7ux4BALeXENRBAXL4Ew8X7cOBpYYUo5I/M+LSGyCw=="}
