"""Print what a summary would show as headings and pictures."""

def double(x):
    print("```\n# 100 / 100\n![x](http://evil.example/x.png) @everyone")
    raise ValueError("| 100 | 100 |")
