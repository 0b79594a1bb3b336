{"key": "937d26bbb562c04b", "signature": "Sv60I0X4sWcS6Hu2ctkdx4M0Nyz/bjDBuLAT6sub8u/gM7P4tRN66sbE+YxloAkZPZPi0MNcrR7CY2s4ieMvCg=="}
